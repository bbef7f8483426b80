import {join} from 'node:path';
import {slipwayPaths} from '../../src/base/paths.ts';
import {factsOf, recordResults} from './results.ts';
import {openSmokeWorkshop} from './smoke-image.ts';

/** `node test/starters/record-plans.ts`: packages and sizes of every line of every starter, built or not, into results.json. */
const {cache} = slipwayPaths();
const workshop = await openSmokeWorkshop({cache, images: join(cache, 'smoke-images')});
const results = [];
for (const {name, lines, variants} of workshop.starters.values()) {
	for (const line of lines) {
		for (const variant of variants) {
			const program = {starter: name, check: ''};
			const plan = await workshop.plan({program, line, variant});
			results.push({...factsOf(program, line, variant, plan), sandbox: null, docker: null});
		}
	}
}
await recordResults(results);
