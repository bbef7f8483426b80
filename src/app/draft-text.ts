import {compositionRefused} from '../plan/composition/check-composition.ts';
import {parseComposition} from '../plan/composition/parse-composition.ts';
import {writeComposition} from '../plan/composition/write-composition.ts';
import type {Draft} from '../../state/composer/draft.ts';

/** The file's form asks for a name: the draft of a new image has one that says so. */
const noName = 'unnamed';

/** A draft as the text of a composition. */
export const draftText = (draft: Draft): string => writeComposition({...draft, name: draft.name || noName});

/** Throws `bad-input` with all problems and their places. */
export function parseDraft(text: string, file: string | null): Draft {
	const parsed = parseComposition(text, {file});
	if (parsed.kind === 'refused') throw compositionRefused(parsed.problems);
	const {composition} = parsed;
	return composition.name === noName ? {...composition, name: ''} : composition;
}
