# Nothing but what every cluster has.
