export function getOrdersUrl() {
    return process.env['ORDERS_SERVICE_URL'] || 'http://localhost:3007';
}

export function getStockUrl() {
    return process.env['STOCK_SERVICE_URL'] || 'http://localhost:3008';
}
