import helpers
import pkg

helpers.run()
pkg.start()
