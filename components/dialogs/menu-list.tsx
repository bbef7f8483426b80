import SelectInput from 'ink-select-input';
import {Text} from 'ink';
import type {MenuChoice} from '../../state/dialogs/dialog.ts';
import {fit} from '../../state/text/measure.ts';
import {lineOf, span} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {spans} from '../ui/row.tsx';

interface MenuListProps {
	readonly choices: readonly MenuChoice[];
	readonly width: number;
	readonly onChoose: (value: MenuChoice['value']) => void;
}

/** The choices of a menu: few and fixed, by arrows, j and k, or their number. Keys reach it one at a time. */
export function MenuList({choices, width, onChoose}: MenuListProps) {
	const items = choices.map(({label, value}, at) => ({label: fit(`${at + 1} ${label}`, width - 2), value}));
	return (
		<SelectInput
			items={items}
			indicatorComponent={Indicator}
			itemComponent={Choice}
			onSelect={({value}) => onChoose(value)}
		/>
	);
}

function Indicator({isSelected = false}: {readonly isSelected?: boolean}) {
	const look = useLook();
	if (look.isSpoken) return isSelected ? <Text>selected:</Text> : null;
	return <Text>{spans(lineOf(isSelected ? span(`${look.symbols.cursor} `, 'accent') : '  '), look)}</Text>;
}

function Choice({label, isSelected = false}: {readonly label: string; readonly isSelected?: boolean}) {
	const look = useLook();
	const number = label.slice(0, 2);
	return <Text wrap="truncate">{spans([span(number, 'key'), span(label.slice(2))], look, isSelected)}</Text>;
}
