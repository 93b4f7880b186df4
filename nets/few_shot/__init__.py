"""Networks of methods that learn to learn from few examples."""
