"""What every page is made of: layout, components, French formats, and the way in and out of HTTP."""
