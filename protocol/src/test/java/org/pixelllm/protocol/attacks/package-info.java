/**
 * Hostile files: what a stranger, a broken download or a confused tool may hand to a reader. Each states the exception
 * that it must meet, and all are read in one small Java machine that must survive them.
 */
@NullMarked
package org.pixelllm.protocol.attacks;

import org.jspecify.annotations.NullMarked;
