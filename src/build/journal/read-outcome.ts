import {readFile} from 'node:fs/promises';
import {emptyBuildView, foldEvent, type BuildView} from './build-view.ts';
import {parseEvent} from './journal-reader.ts';

/** Most of a journal are log and progress, which a past build is not asked for: they are not even parsed. */
const passedOver = /"type":"(?:log\/appended|phase\/progressed)"/u;

/** What a build came to and how long its phases took, without its log. */
export async function readOutcome(journal: string): Promise<BuildView> {
	let view = emptyBuildView;
	for (const line of (await readFile(journal, 'utf8')).split('\n')) {
		// The type stands at the beginning of an event; the text of a log that looks like one stands further on.
		if (line === '' || passedOver.test(line.slice(0, 200))) continue;
		const event = parseEvent(line);
		if (event && event.type !== 'log/appended') view = foldEvent(view, event);
	}
	return view;
}
