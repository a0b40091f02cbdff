"""Why, in French: a proposal point by point, a pair that is refused, a row that found nothing, and what would change it."""
