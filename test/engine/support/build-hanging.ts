import {makeDeb} from '../../support/deb.ts';
import {hostPackages} from '../../support/host-packages.ts';
import {inputOf, openWorkshop, Recorder} from './a-line.ts';

/** A builder to be killed: builds a package whose script hangs, in the folder of its argument, and says so. */
export const hanging = () =>
	makeDeb({
		name: 'hanging',
		files: [{path: '/usr/share/hanging', content: 'x'}],
		scripts: {postinst: '#!/bin/sh\necho hanging; sleep 4714\n'},
	});

const [folder] = process.argv.slice(2);
if (folder !== undefined && import.meta.main) {
	const starter = hostPackages(['perl-base']);
	const added = [hanging()];
	const {engine} = await openWorkshop([...starter, ...added], {}, folder);
	const recorder = new Recorder();
	recorder.onLine = text => {
		if (text === 'hanging') process.stdout.write('hanging\n');
	};
	await engine.buildLine({...inputOf({starter, added}), signal: new AbortController().signal}, recorder);
}
