"""What methods that make images from label maps share, pix2pixhd and spade; not a method itself."""
