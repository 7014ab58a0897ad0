import { NoInstance } from "../operator/Instance.ts";

/** What one look at the deployment found. `warning` works but should be known; `skipped` could not be looked at. */
export interface Finding {
  readonly check: string;
  readonly status: "ok" | "warning" | "broken" | "skipped";
  readonly detail: string;
}

export const ok = (check: string, detail: string): Finding => ({ check, status: "ok", detail });
export const warning = (check: string, detail: string): Finding => ({ check, status: "warning", detail });
export const broken = (check: string, detail: string): Finding => ({ check, status: "broken", detail });
export const skipped = (check: string, detail: string): Finding => ({ check, status: "skipped", detail });

/** The findings of an examination; what it throws is one too. What nobody told where to look for is skipped. */
export const examined = async (
  check: string,
  examine: () => Promise<ReadonlyArray<Finding>>,
): Promise<ReadonlyArray<Finding>> => {
  try {
    return await examine();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [error instanceof NoInstance ? skipped(check, detail) : broken(check, detail)];
  }
};
