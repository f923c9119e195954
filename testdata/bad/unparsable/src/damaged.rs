fn open( {
