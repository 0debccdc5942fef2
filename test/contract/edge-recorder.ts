/** A sink that keeps everything it is told, in order. */

import type { Fault } from '../../src/errors.ts';
import type { EdgeSink } from '../../src/ports.ts';

export class EdgeRecorder implements EdgeSink {
  readonly edges: { readonly bit: 0 | 1; readonly atUs: number }[] = [];
  /** `before`: how many edges had come when the loss was told. */
  readonly overruns: { readonly lost: number; readonly before: number }[] = [];
  readonly faults: Fault[] = [];
  /** Called after each edge was recorded. */
  onEdge: () => void = () => {};

  edge(bit: 0 | 1, atUs: number): void {
    this.edges.push({ bit, atUs });
    this.onEdge();
  }

  overrun(lost: number): void {
    this.overruns.push({ lost, before: this.edges.length });
  }

  lost(fault: Fault): void {
    this.faults.push(fault);
  }

  /** The bits so far, as a frame is written. */
  get bits(): string {
    return this.edges.map(({ bit }) => bit).join('');
  }
}
