"""What methods with growing networks share, such as progan and stylegan; not a method itself."""
