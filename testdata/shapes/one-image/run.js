require(`./${process.argv[2]}.js`);
