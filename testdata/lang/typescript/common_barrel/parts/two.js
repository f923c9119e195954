module.exports = { inner: 2 };
