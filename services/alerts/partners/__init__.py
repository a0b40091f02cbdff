"""What a partner of the diffusion receives, as the coordination and the partner's own developer follow and command it."""
