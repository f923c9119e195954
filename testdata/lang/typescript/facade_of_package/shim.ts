import debounce = require('debounce');
export = debounce;
