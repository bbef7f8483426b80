import type {Area} from '../../state/layout.ts';
import type {FramedRow} from '../ui/frame.tsx';
import type {Line} from '../ui/line.ts';

/** A dialog as rows of text in a frame. */
export interface DialogView {
	readonly area: Area;
	readonly title: string;
	readonly rows: readonly FramedRow[];
	readonly note?: Line;
	readonly footer?: Line;
	/** Where a widget of Ink stands, counted in rows inside the frame. */
	readonly widgetRow?: number;
}
