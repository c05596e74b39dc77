"""Log an end user in to CometChat once, keep the session, hand it back for ever after."""
