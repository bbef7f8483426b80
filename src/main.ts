#!/usr/bin/env node
import {runUnderOwnNode} from './base/own-node.ts';

// Node 20 cannot load Ink 8 or conf 16: everything else is imported only after this check.
if (!runUnderOwnNode()) {
	const {main} = await import('./cli/main.ts');
	await main(process.argv.slice(2));
}
