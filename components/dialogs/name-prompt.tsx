import TextInput from 'ink-text-input';
import {Box, Text} from 'ink';
import {lineOf, span} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {spans} from '../ui/row.tsx';

interface NamePromptProps {
	readonly text: string;
	readonly onText: (text: string) => void;
}

/** A name, typed to confirm. Keys reach it one at a time, edits in the few keys that it knows. */
export function NamePrompt({text, onText}: NamePromptProps) {
	const look = useLook();
	return (
		<Box>
			<Text>{spans(lineOf(span('> ', 'accent')), look)}</Text>
			<TextInput value={text} onChange={onText} />
		</Box>
	);
}
