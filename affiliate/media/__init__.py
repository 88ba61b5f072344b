"""What people upload: pictures made harmless before they are kept, and the store they are kept in."""
