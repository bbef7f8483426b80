import {join} from 'node:path';
import type {SlipwayPaths} from '../base/paths.ts';

/** Where the rules for actions stand. */
export const rulesFileOf = ({config}: SlipwayPaths): string => join(config, 'actions.yaml');
