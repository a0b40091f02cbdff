"""What happens to an alert, and when: pure, without a clock, a store or a network."""
