import { Names } from './names';
export import Labels = Names;
