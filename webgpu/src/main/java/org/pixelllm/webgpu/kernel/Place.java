package org.pixelllm.webgpu.kernel;

/**
 * Where the rows of a weight lie: the uniform {@code place}. Lengths are in units of what four columns take: 16 bytes of
 * f32, 8 of f16 and bf16, else 4.
 *
 * @param rowsPerPage 0 where a row takes several pages
 * @param pitch from one page to the next
 * @param stride from one row to the next
 * @param pagesPerRow 1 where a page holds whole rows
 * @param payload what a page holds
 * @param codes from the start of a row to its codes
 * @param low u8: the value of code 0
 * @param span u8: from there to the value of code 255
 */
public record Place(
        int rowsPerPage, int pitch, int stride, int pagesPerRow, int payload, int codes, float low, float span)
        implements Struct {}
