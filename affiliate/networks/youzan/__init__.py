"""有赞, through the shops that authorise us: salesman links and salesman orders."""
