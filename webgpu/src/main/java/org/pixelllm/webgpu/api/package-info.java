/**
 * The part of the standard {@code webgpu.h} that the executor uses, one small class per object. Layouts are those of the
 * Dawn build that {@code package-lock.json} pins. Everything runs on {@link org.pixelllm.webgpu.api.GpuThread}.
 */
@NullMarked
package org.pixelllm.webgpu.api;

import org.jspecify.annotations.NullMarked;
