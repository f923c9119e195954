interface Top { t: 1 }
