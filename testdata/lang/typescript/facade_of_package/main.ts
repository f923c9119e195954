import debounce = require('./shim');
import { Labels } from './moved';
import names = require('./names');
import other = names.other;
debounce(Labels.first, other);
