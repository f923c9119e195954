import * as api from 'api';
import { Base } from 'api';
export const both: [api.More, Base] = null!;
