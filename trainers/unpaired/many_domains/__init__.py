"""What methods of many domains with one generator share, stargan and sdit; not a method itself."""
