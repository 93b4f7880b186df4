"""What methods of super-resolution share, srgan and esrgan; not a method itself."""
