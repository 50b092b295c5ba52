package org.pixelllm.engine.chat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.engine.jinja.JinjaException;
import org.pixelllm.engine.jinja.Template;
import org.pixelllm.engine.jinja.Text;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.Manifest;

/**
 * Spells conversations with the template that a cartridge carries. Marks in the template's own text become control tokens; what
 * looks like one in what somebody says stays text.
 */
public final class Conversation {

    private static final String PLACE = "chat template";
    private static final String REMEDY = "Give a text without --chat.";

    private Conversation() {}

    /**
     * The ids of a conversation after which the model is to speak; where the last turn is the assistant's, it is
     * spelled as one that has ended.
     *
     * @throws PxiException where the cartridge has no template or tokenizer, the template is beyond what is known here, or it refuses the
     *     conversation
     */
    public static int[] ids(Cartridge cartridge, List<Turn> turns) throws PxiException {
        Manifest.Chat chat = cartridge.manifest().chat();
        if (chat == null) {
            throw new ModelMismatchException(new Fault(
                    cartridge.file(), PLACE, "one, as models that were trained to chat have it", "none", REMEDY));
        }
        try {
            Text text = spelled(chat, turns);
            return cartridge.tokenizer().encodeChat(text.value(), text.foreign());
        } catch (JinjaException e) {
            throw new InvalidContentException(new Fault(
                    cartridge.file(),
                    PLACE,
                    "one that can be followed, and that takes these turns",
                    String.valueOf(e.getMessage()),
                    REMEDY));
        }
    }

    /**
     * The text of a conversation.
     *
     * @throws JinjaException as {@link Template} says
     */
    public static Text spelled(Manifest.Chat chat, List<Turn> turns) {
        List<Object> messages = new ArrayList<>();
        for (Turn turn : turns) {
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("role", Text.own(turn.role()));
            message.put("content", Text.foreign(turn.text()));
            messages.add(message);
        }
        Map<String, Object> values = new HashMap<>();
        values.put("messages", messages);
        values.put("add_generation_prompt", true);
        values.put("bos_token", Text.own(chat.bos()));
        values.put("eos_token", Text.own(chat.eos()));
        return Template.of(chat.template()).render(values);
    }
}
