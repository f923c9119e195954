const axios = require('axios');
const { rounded } = require('@acme/money');

async function basket(id) {
  const price = await axios.get(`${process.env.PRICING_URL}/prices/${id}`);
  const orders = await axios.get(`${process.env.ORDERS_URL}/orders?basket=${id}`);
  return { price: rounded(price.data), orders: orders.data };
}

module.exports = { basket };
