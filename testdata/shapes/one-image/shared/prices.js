const PRICES_URL = process.env.PRICES_URL || "http://localhost:7002";
exports.price = (id) => fetch(`${PRICES_URL}/prices/${id}`);
