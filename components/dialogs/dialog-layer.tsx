import {Box} from 'ink';
import type {ReactNode} from 'react';
import type {AppState} from '../../state/app-state.ts';
import type {ChoiceId, Dialog} from '../../state/dialogs/dialog.ts';
import {Frame} from '../ui/frame.tsx';
import {useLook} from '../ui/look.ts';
import {MenuList} from './menu-list.tsx';
import {NamePrompt} from './name-prompt.tsx';
import {viewOf} from './views.ts';

/** What Ink's own widgets tell the application. */
export interface Widgets {
	readonly onChoose: (value: ChoiceId) => void;
	readonly onText: (text: string) => void;
}

interface DialogLayerProps {
	readonly state: AppState;
	readonly widgets: Widgets;
}

/** What lies over the screen. */
export function DialogLayer({state, widgets}: DialogLayerProps) {
	const {symbols, isSpoken} = useLook();
	if (!state.dialog) return null;
	const {area, title, rows, note = [], footer = [], widgetRow} = viewOf(state.dialog, state, symbols);
	const frame = (
		<Frame
			area={area}
			title={[{text: title, bold: true, tone: 'focus'}]}
			note={note}
			footer={footer}
			hasFocus
			rows={rows}
			label={title}
			isOpaque
		/>
	);
	const widget = widgetRow !== undefined && widgetOf(state.dialog, area.width - 4, widgets);
	if (isSpoken) {
		return (
			<Box flexDirection="column">
				{frame}
				{widget}
			</Box>
		);
	}
	return (
		<Box position="absolute" marginLeft={area.left} marginTop={area.top}>
			{frame}
			{widget && (
				<Box position="absolute" marginLeft={2} marginTop={1 + widgetRow}>
					{widget}
				</Box>
			)}
		</Box>
	);
}

function widgetOf(dialog: Dialog, width: number, {onChoose, onText}: Widgets): ReactNode {
	if (dialog.kind === 'menu') return <MenuList choices={dialog.choices} width={width} onChoose={onChoose} />;
	if (dialog.kind !== 'delete') return null;
	return <NamePrompt text={dialog.field.text} onText={onText} />;
}
