import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { imageSize } from "image-size";

/** A page of 100 megapixels takes 400 MB to show: a small file that unfolds to more is meant to harm. */
const MAX_PIXELS = 100_000_000;
/** What a number for width or height may be at all. */
export const MAX_SIDE = 65_535;

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Width and height in pixels as a picture's own header tells them, turned as cameras say; undefined for what is no
 * picture. Nothing is decoded. Throws 400 for a picture that would unfold to more than is good for those who look.
 */
export const pictureSize = (contentType: string, head: Uint8Array): PictureSize | undefined => {
  if (!contentType.startsWith("image/")) return undefined;
  const found = read(head);
  if (!found) return undefined;
  const { width, height } = found;
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS)
    throw new ApiFailure("invalid_request", `a picture of ${width} by ${height} pixels is too large`);
  return found;
};

const read = (head: Uint8Array): PictureSize | undefined => {
  try {
    const { width, height, orientation = 1 } = imageSize(head);
    if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height) || width < 1 || height < 1)
      return undefined;
    const turned = orientation >= 5 && orientation <= 8;
    return turned ? { width: height, height: width } : { width, height };
  } catch {
    return undefined;
  }
};
