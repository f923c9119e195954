class Dialog: pass
