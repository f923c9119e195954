module.exports.rounded = (amount) => Math.round(amount * 100) / 100;
