import {formatBytes} from '../../../../components/format/sizes.ts';
import {cardLine} from '../../../../state/card/card-rows.ts';
import {openCardOf} from '../../../../state/card/current-row.ts';
import {textDialog} from '../../../../state/dialogs/text-dialog.ts';
import type {ImageFile} from '../../../image/image-files.ts';
import {notify} from '../../controllers/app.ts';
import type {Parts} from '../parts.ts';

/** Shows what a file of the image holds. */
export function readFile({app, hold}: Parts, file: ImageFile): void {
	const current = openCardOf(app.store.get());
	const digest = current && cardLine(current.card, current.image)?.digest;
	if (!digest) return;
	hold(`/${file.path}`, async signal => {
		const stop = AbortSignal.any([signal, app.signal]);
		const content = await app.services.documents?.content(digest, current.card.layer, file, stop);
		if (!content || signal.aborted) return;
		const {text, sizeBytes, isWhole} = content;
		if (text === null) {
			notify(app, `/${file.path} is no text. It has ${formatBytes(sizeBytes)}.`);
			return;
		}
		const lines = text
			.replace(/\n$/u, '')
			.split('\n')
			.map(line => ({text: line.replaceAll('\t', '    ')}));
		const more = isWhole ? [] : [{text: ''}, {text: `This is its beginning; it has ${formatBytes(sizeBytes)}.`}];
		app.store.update(state => ({...state, dialog: textDialog(`/${file.path}`, [...lines, ...more])}));
	});
}
