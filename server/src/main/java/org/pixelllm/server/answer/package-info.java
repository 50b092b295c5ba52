/** What is asked and answered: questions, models with their queues, answers that are kept. */
@NullMarked
package org.pixelllm.server.answer;

import org.jspecify.annotations.NullMarked;
