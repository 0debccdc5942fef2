/** Time profiles as the API writes them. */
import type { Weekday } from './week.ts';

/** What a body of create and update says. Moments are Unix seconds. */
export interface ProfileFields {
  readonly name: string;
  readonly time_options: {
    readonly is_all_day: boolean;
    readonly date_from: number;
    readonly date_to: number;
  };
  readonly repeat_options: {
    readonly repeat_enable: boolean;
    readonly repeat_format?: {
      readonly repeat_type: 'day' | 'week' | 'twoWeeks' | 'month' | 'year' | 'custom';
      readonly repeat_end:
        | { readonly format: 'never' }
        | { readonly format: 'date'; readonly date: number };
      readonly repeat_custom?: {
        readonly repeat_point_type: 'day' | 'week' | 'month' | 'year';
        readonly repeat_looper: number;
        /** Of a week its days; of months and years what this page does not draw. */
        readonly repeat_options?: readonly Weekday[] | object;
      };
    };
  };
}

/** An item of `GET /api/v1/access/timeprofile/items`. */
export interface Profile extends ProfileFields {
  readonly uid: number;
}

/** An item of `GET /api/v1/access/timeprofile/item/{uid}/times`: civil times of the panel. */
export interface ProfileTime {
  readonly from: string;
  readonly to: string;
}
