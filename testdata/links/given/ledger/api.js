import { env } from './env';
import axios from 'axios';
export const entries = () => axios.get(env('AUDIT_API') + '/entries');
