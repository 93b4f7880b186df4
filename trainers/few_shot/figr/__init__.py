"""FIGR: few-shot image generation with Reptile."""
