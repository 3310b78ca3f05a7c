package badger.linux;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Turns a place in a native segment into the pointer that a system call or a library wants, as a number. A pointer as a
 * segment would be an object of each call, which is gone only where C2 inlines all the way down to it.
 */
final class NativeAddress {
    private NativeAddress() {}

    /**
     * A pointer to {@code [at, at + length)} of {@code segment}. It is bare: nothing counts its use, so the caller must
     * keep the arena open during the call, which holds because an arena closes only after the threads that use it have
     * ended.
     */
    static long of(MemorySegment segment, long at, int length) {
        Objects.checkFromIndexSize(at, length, segment.byteSize());
        if (!segment.isNative()) {
            throw new IllegalArgumentException("not a native segment");
        }
        return segment.address() + at;
    }

    /**
     * The same signature with numbers for the pointers among its arguments: to the ABIs of x86-64 (System V) and aarch64
     * (AAPCS64) both are one integer register.
     */
    static FunctionDescriptor ofNumbers(FunctionDescriptor signature) {
        MemoryLayout[] arguments = signature.argumentLayouts().stream()
                .map(each -> each instanceof AddressLayout ? ValueLayout.JAVA_LONG : each)
                .toArray(MemoryLayout[]::new);
        return signature
                .returnLayout()
                .map(result -> FunctionDescriptor.of(result, arguments))
                .orElseGet(() -> FunctionDescriptor.ofVoid(arguments));
    }
}
