import { it } from '@it'; it;
