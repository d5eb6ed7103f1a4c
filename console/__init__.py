"""Show pages to people who follow a link; a page that is only looked at changes nothing."""
