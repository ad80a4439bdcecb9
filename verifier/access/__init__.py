"""Who may call: bearer tokens and TLS. Decides before a message is read; knows no task and no verdict."""
