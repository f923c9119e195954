const STOCK_URL = process.env.STOCK_URL || "http://localhost:7001";
exports.left = (id) => fetch(`${STOCK_URL}/stock/${id}`);
